<?php
/**
 * Plugin Name:       Creem Checkout
 * Description:       Your checkout in any page: [creem_checkout product="prod_1"]Buy[/creem_checkout]
 * Version:           1.0.0
 * Requires at least: 5.7
 * Requires PHP:      7.4
 * License:           MIT OR Apache-2.0
 */

defined( 'ABSPATH' ) || exit;

const CREEM_CHECKOUT_OPTION = 'creem_checkout_server';

// What a page's author may say of the element; docs/embed.md lists them.
const CREEM_CHECKOUT_ATTRIBUTES = array(
	'product', 'units', 'discount-code', 'email', 'request-id', 'success-url', 'metadata', 'intent', 'locale', 'theme',
	'accent', 'surface', 'text', 'radius', 'font', 'mode', 'payment', 'label', 'loading',
);

// Settings → General has the address of the checkout.
add_action( 'admin_init', 'creem_checkout_setting' );

function creem_checkout_setting() {
	register_setting( 'general', CREEM_CHECKOUT_OPTION, array( 'sanitize_callback' => 'sanitize_url' ) );
	add_settings_field( CREEM_CHECKOUT_OPTION, 'Creem Checkout', 'creem_checkout_field', 'general' );
}

function creem_checkout_field() {
	printf(
		'<input type="url" class="regular-text" name="%s" value="%s" placeholder="https://pay.example/">',
		esc_attr( CREEM_CHECKOUT_OPTION ),
		esc_url( get_option( CREEM_CHECKOUT_OPTION, '' ) )
	);
}

add_shortcode( 'creem_checkout', 'creem_checkout_element' );

// The element with its script and its link. A script that stands in a page twice runs once.
function creem_checkout_element( $given, $words = '' ) {
	$server = get_option( CREEM_CHECKOUT_OPTION, '' );
	if ( ! $server ) {
		return '';
	}
	$server     = trailingslashit( $server );
	$attributes = shortcode_atts( array_fill_keys( CREEM_CHECKOUT_ATTRIBUTES, '' ), $given, 'creem_checkout' );
	if ( ! $attributes['email'] && is_user_logged_in() ) {
		$attributes['email'] = wp_get_current_user()->user_email;
	}
	$written = '';
	foreach ( array_filter( $attributes ) as $name => $value ) {
		$written .= sprintf( ' %s="%s"', $name, esc_attr( $value ) );
	}
	$script = array( 'type' => 'module', 'src' => $server . 'embed.js', 'crossorigin' => true );
	$link   = add_query_arg( 'product', rawurlencode( $attributes['product'] ), $server );
	return sprintf(
		'%s<creem-checkout%s><a href="%s">%s</a></creem-checkout>',
		wp_get_script_tag( $script ),
		$written,
		esc_url( $link ),
		esc_html( $words ? $words : 'Buy' )
	);
}
